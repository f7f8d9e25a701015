namespace Grid.Presentation.Documents;

/// <summary>What a cluster would run for a sweep, and how long that may take.</summary>
/// <param name="Sweep">The id that the sweep would get.</param>
/// <param name="Cells">Number of cells, an upper bound if rules choose among them.</param>
/// <param name="Known">Cells with a result already, from this sweep or others.</param>
/// <param name="Groups">Groups with cells to run, the units of work.</param>
/// <param name="Slots">Slots that compute side by side.</param>
/// <param name="Seconds">Seconds that the rest may take one slot, judged by measured cells; null if no similar cell was measured.</param>
/// <param name="SecondsLow">The lower end of its 95 % interval.</param>
/// <param name="SecondsHigh">The upper end of that interval.</param>
/// <param name="ProcessorSeconds">The part of Seconds that was measured on processors.</param>
/// <param name="CardSeconds">The part of Seconds that was measured on cards.</param>
/// <param name="Unestimated">Attacks of which no cell was measured; the times leave them out.</param>
public sealed record EstimateDocument(string Sweep, int Cells, int Known, int Groups, int Slots, double? Seconds, double? SecondsLow,
    double? SecondsHigh, double? ProcessorSeconds, double? CardSeconds, IReadOnlyList<string> Unestimated);
