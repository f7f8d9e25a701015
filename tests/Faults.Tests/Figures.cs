using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Grid.Faults.Tests;

/// <summary>What the silos of this process tell of one sweep: each has meters of its own.</summary>
sealed class Figures : IDisposable
{
    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<(object Silo, string State), long> _cells = [];

    public Figures(string sweep)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "grid.sweep.cells") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary(t => t.Key, t => (string)t.Value!);
            if (labels["sweep"] == sweep) _cells[(instrument.Meter, labels["state"])] = value;
        });
        _listener.Start();
    }

    /// <summary>Silos that tell of the sweep now, and the cells they tell of.</summary>
    public (int Silos, long Cells) Read()
    {
        _cells.Clear();
        _listener.RecordObservableInstruments();
        return (_cells.Keys.Select(k => k.Silo).Distinct().Count(), _cells.Values.Sum());
    }

    public void Dispose() => _listener.Dispose();
}
