namespace Grid.Lab.Friends;

/// <summary>The line price = Intercept + Slope * size.</summary>
readonly record struct PriceLine(double Intercept, double Slope)
{
    /// <summary>The price of a house of this size.</summary>
    public double At(double size) => Intercept + (Slope * size);

    /// <summary>The least-squares line of the points: 50 + 50 size for the data set <c>houses</c>.</summary>
    /// <exception cref="ArgumentException">The points do not determine a line.</exception>
    public static PriceLine Fit(IReadOnlyList<double> sizes, IReadOnlyList<double> prices)
    {
        if (sizes.Count != prices.Count || sizes.Distinct().Count() < 2 || !sizes.Concat(prices).All(double.IsFinite))
        {
            throw new ArgumentException(
                $"A line needs a price for every size, all finite, and two distinct sizes; got {sizes.Count} sizes, {prices.Count} prices.",
                nameof(sizes));
        }

        var (meanSize, meanPrice) = (sizes.Average(), prices.Average());
        var slope = sizes.Zip(prices, (x, y) => (x - meanSize) * (y - meanPrice)).Sum() / sizes.Sum(x => (x - meanSize) * (x - meanSize));
        return new(meanPrice - (slope * meanSize), slope);
    }
}
