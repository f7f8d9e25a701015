using Grid.Presentation;

namespace Grid.Web.Sources;

/// <summary>What one sweep has found, made anew when it has got on, and no more often than the making is worth.</summary>
public sealed class SweepFindings(TimeProvider clock) : IDisposable
{
    /// <summary>Making them takes at most a fifth of the time.</summary>
    const int Rest = 4;

    readonly SemaphoreSlim _gate = new(1);
    SweepReport? _made;
    string _of = "";
    long _at;
    TimeSpan _took;

    /// <param name="state">What the findings depend on.</param>
    public async Task<SweepReport> Get(string state, Func<Task<SweepReport>> make)
    {
        await _gate.WaitAsync();
        try
        {
            if (_made is not null && (_of == state || clock.GetElapsedTime(_at) < Rest * _took)) return _made;
            var began = clock.GetTimestamp();
            _made = await make();
            (_of, _at, _took) = (state, clock.GetTimestamp(), clock.GetElapsedTime(began));
            return _made;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
