using Grid.Presentation;

namespace Grid.Web.Sources;

/// <summary>The findings of one sweep, which are made again when the sweep has progressed, but not so often that this costs too
/// much.</summary>
public sealed class SweepFindings(TimeProvider clock) : IDisposable
{
    /// <summary>Making findings may take at most a third of the time while somebody looks at them.</summary>
    const int Rest = 2;

    readonly SemaphoreSlim _gate = new(1);
    SweepReport? _made;
    string _of = "";
    long _at;
    TimeSpan _took;

    /// <param name="state">What the findings depend on.</param>
    public async Task<SweepFound> Get(string state, Func<Task<SweepReport>> make)
    {
        await _gate.WaitAsync();
        try
        {
            if (_made is not null && (_of == state || clock.GetElapsedTime(_at) < Rest * _took)) return new(_made, _of != state);
            var began = clock.GetTimestamp();
            _made = await make();
            (_of, _at, _took) = (state, clock.GetTimestamp(), clock.GetElapsedTime(began));
            return new(_made, IsBehind: false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}

/// <summary>The findings of a sweep at the time they were made.</summary>
/// <param name="IsBehind">Whether cells have finished since; asking again in a while gives findings that include them.</param>
public sealed record SweepFound(SweepReport Report, bool IsBehind);
