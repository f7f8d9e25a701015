namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// The rows that an attack still works on, in a block of equal length for each network: where one network has fewer that stand than
/// another, some of its fallen rows come along, to be left as they are.
/// </summary>
/// <param name="Networks">The number of networks that are attacked as one.</param>
/// <param name="Rows">The numbers of these rows.</param>
/// <param name="Climbing">1 for each row that stands, 0 for one that only comes along.</param>
sealed record ActiveRows(int Networks, int[] Rows, float[] Climbing)
{
    public int Count => Rows.Length;

    /// <summary>Positions of the rows to go on with, given which of these still stand.</summary>
    public int[] Kept(float[] climbing)
    {
        var own = Count / Networks;
        var most = 0;
        for (var network = 0; network < Networks; network++) most = Math.Max(most, own - climbing.AsSpan(network * own, own).Count(0f));
        var kept = new int[Networks * most];
        for (var network = 0; network < Networks; network++)
        {
            var at = network * most;
            foreach (var standing in new[] { true, false })
                for (var p = network * own; p < (network + 1) * own && at < (network + 1) * most; p++)
                    if (climbing[p] != 0 == standing) kept[at++] = p;
        }

        return kept;
    }

    public ActiveRows Keep(int[] positions, float[] climbing) =>
        new(Networks, Array.ConvertAll(positions, p => Rows[p]), Array.ConvertAll(positions, p => climbing[p]));
}
