using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>Which cells are done sooner by one processor than by a card, which waits between its many small steps.</summary>
public static class Light
{
    // Pixels that training looks at: 20 epochs of the digits are 1.8 million, one of MNIST is 47.
    const long Most = 8_000_000;

    /// <param name="data">The cell's.</param>
    public static bool Is(Cell cell, Dataset data)
    {
        if (data.Classes == 0) return true;
        if (Catalogue.Create<Model>(cell.Model) is GivenModel) return false;
        var recipe = Catalogue.Create<TrainingRecipe>(cell.Training);
        return (long)data.Trained(recipe.Samples) * data.Shape.Size * recipe.Epochs <= Most;
    }
}
