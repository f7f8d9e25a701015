namespace Grid.Simulation.Tests;

/// <summary>What a process would leave to the thread pool.</summary>
sealed class SimulatedTasks(SimulatedProcess process) : TaskScheduler
{
    protected override void QueueTask(Task task) => process.Post(_ => TryExecuteTask(task), null);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
