namespace Grid.Lab.Defenses.Regression;

/// <summary>A defense of the model linear on a regression, measured in repeated trials.</summary>
public abstract class RegressionDefense : Defense;
