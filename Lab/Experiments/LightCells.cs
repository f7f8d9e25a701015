using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>Decides which cells a processor finishes sooner than a GPU, which waits between their many small steps.</summary>
public static class LightCells
{
    // Pixels that training looks at: 20 epochs of the digits are 1.8 million, one of MNIST is 47.
    const long Most = 8_000_000;

    /// <summary>Whether a processor finishes a cell sooner.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="data">The data set of the cell.</param>
    public static bool Include(Cell cell, Dataset data)
    {
        if (data.Classes == 0) return true;
        if (Catalogue.Create<Model>(cell.Model) is GivenModel) return false;
        var recipe = Catalogue.Create<TrainingRecipe>(cell.Training);
        return (long)data.Trained(recipe.Samples) * data.Shape.Size * recipe.Epochs <= Most;
    }
}
