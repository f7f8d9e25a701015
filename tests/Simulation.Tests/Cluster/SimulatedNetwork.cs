namespace Grid.Simulation.Tests;

/// <summary>Carries calls to activations and answers back, late, or not at all, as the conditions are.</summary>
sealed class SimulatedNetwork(
    SimulatedProcess itself, GrainDirectory directory, Conditions conditions, Invariants invariants, Dice dice, Trace trace)
{
    /// <summary>The runtime's patience with an answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task<T> Call<T>(Request<T> request)
    {
        Send(request);
        return request.Answered;
    }

    /// <summary>Takes a call that found nobody to the next activation.</summary>
    public void Forward(Request request) => itself.Scheduler.At(Latency(), itself, () => Deliver(request));

    /// <summary>The call has ended; its caller may never hear of it.</summary>
    public void Return(Request request)
    {
        if (!IsLost(request, conditions.LostAfter, "answer of")) itself.Scheduler.At(Latency(), itself, request.Answer);
    }

    public void Refuse(Request request, Exception e) => itself.Scheduler.At(Latency(), itself, () => request.Fail(e));

    void Send(Request request)
    {
        itself.Scheduler.At(Patience, itself,
            () => request.Fail(new TimeoutException($"Response did not arrive on time in {Patience.TotalSeconds:0} s.")));
        if (IsLost(request, conditions.LostBefore, "call of")) return;
        itself.Scheduler.At(Latency() + conditions.Delay(request.Target), itself, () => Deliver(request));
    }

    void Deliver(Request request)
    {
        if (directory.Find(request.Target) is not { } activation) Refuse(request, new SiloUnavailableException("No silo is there."));
        else if (!activation.Silo.Process.IsAlive) Undeliverable(request);
        else activation.Silo.Process.Post(_ => activation.Receive(request), null);
    }

    // Some connections are refused at once; of others nothing is ever heard.
    void Undeliverable(Request request)
    {
        if (dice.Chance(0.5)) Refuse(request, new SiloUnavailableException($"{request.Target.Key} is on a silo that does not answer."));
    }

    bool IsLost(Request request, double chance, string what)
    {
        if (!dice.Chance(chance)) return false;
        trace.Note(itself, $"The {what} {request.Method} of {request.Target.Key} by {request.Caller.Name} is lost");
        invariants.Trouble(request.Target);
        return true;
    }

    TimeSpan Latency() => dice.Seconds(0.0005, 0.01);
}
