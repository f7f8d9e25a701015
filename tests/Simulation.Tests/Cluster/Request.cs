using Grid.Contracts;
using Grid.Grains.Storage;
using Orleans.Storage;

namespace Grid.Simulation.Tests;

/// <summary>A call of a grain on its way there and back.</summary>
abstract class Request(SimulatedProcess caller, GrainId target, string method, bool interleaves)
{
    public SimulatedProcess Caller => caller;

    public GrainId Target => target;

    public string Method => method;

    /// <summary>Whether it may run beside others of its grain.</summary>
    public bool Interleaves => interleaves;

    /// <summary>Runs it, and keeps how it ended.</summary>
    /// <returns>What the grain threw.</returns>
    public abstract Task<Exception?> Invoke(object grain);

    /// <summary>How it ended comes to the caller.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception e);

    /// <summary>What the silo's filter of errors makes of one.</summary>
    protected static Exception Discreet(Exception e) => e switch
    {
        GridException or InconsistentStateException or OperationCanceledException or TimeoutException => e,
        IOException => RowStorage.Away(e),
        _ => new GridException($"The cluster met an error of its own ({e.GetType().Name}: {e.Message})."),
    };
}

/// <inheritdoc/>
sealed class Request<T>(SimulatedProcess caller, GrainId target, string method, bool interleaves, Func<object, Task<T>> call)
    : Request(caller, target, method, interleaves)
{
    readonly TaskCompletionSource<T> _answer = new();
    Exception? _error;
    T? _result;

    public Task<T> Answered => _answer.Task;

    public override async Task<Exception?> Invoke(object grain)
    {
        try
        {
            _result = await call(grain);
            return null;
        }
        catch (Exception e)
        {
            _error = Discreet(e);
            return e;
        }
    }

    public override void Answer()
    {
        if (_error is { } error) _answer.TrySetException(error);
        else _answer.TrySetResult(_result!);
    }

    public override void Fail(Exception e) => _answer.TrySetException(e);
}
