namespace Grid.Compute.Cpu.Scheduling;

/// <summary>Work in blocks that do not touch each other's results. A worker runs its blocks one after the other and owns one scratch
/// area.</summary>
interface IBlocks
{
    void Run(int worker, int block);
}

static class Split
{
    /// <summary>Runs all blocks on some threads. A block's result does not depend on the thread that runs it.</summary>
    public static void Run<T>(int threads, int blocks, T work) where T : struct, IBlocks
    {
        if (threads == 1 || blocks <= 1)
        {
            for (var block = 0; block < blocks; block++) work.Run(0, block);
            return;
        }

        RunParallel(Math.Min(threads, blocks), blocks, work);
    }

    static void RunParallel<T>(int workers, int blocks, T work) where T : struct, IBlocks =>
        Parallel.For(0, workers, worker =>
        {
            var own = work;
            for (var block = worker; block < blocks; block += workers) own.Run(worker, block);
        });
}
