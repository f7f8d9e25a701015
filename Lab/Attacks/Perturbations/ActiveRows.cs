namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// The rows that an attack still works on, in a block of equal length for each network: where one network has fewer that stand than another, some of its
/// fallen rows come along, to be left as they are.
/// </summary>
/// <param name="Networks">How many are attacked as one.</param>
/// <param name="Rows">Which rows these are.</param>
/// <param name="Climbing">1 for each that stands, 0 for one that only comes along.</param>
sealed record ActiveRows(int Networks, int[] Rows, float[] Climbing)
{
    public int Count => Rows.Length;

    /// <summary>Positions of the rows to go on with, given which of these still stand.</summary>
    public int[] Kept(float[] climbing)
    {
        var own = Count / Networks;
        int[][] positions = [.. Enumerable.Range(0, Count).Chunk(Math.Max(1, own))];
        var most = positions.Max(network => network.Count(p => climbing[p] != 0));
        return [.. positions.SelectMany(network => network.Where(p => climbing[p] != 0).Concat(network.Where(p => climbing[p] == 0)).Take(most))];
    }

    public ActiveRows Keep(int[] positions, float[] climbing) =>
        new(Networks, Array.ConvertAll(positions, p => Rows[p]), Array.ConvertAll(positions, p => climbing[p]));
}
