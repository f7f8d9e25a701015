namespace Grid.Lab.Attacks;

/// <summary>
/// How far two images are apart: the largest change of a value, the length of the change, the sum of all changes, or how many values
/// change.
/// </summary>
public enum Norm { Linf, L2, L1, L0 }
