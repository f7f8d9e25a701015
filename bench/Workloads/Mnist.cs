using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Training;

namespace Grid.Workloads;

/// <summary>The data and the network that several workloads share. Files come from GRID_DATA; nothing is downloaded.</summary>
static class Mnist
{
    public static Dataset Data { get; } =
        new Grid.Lab.Datasets.Sources.Mnist()
            .Load(DataFolder.FromEnvironment(download: false), null, CancellationToken.None)
            .GetAwaiter()
            .GetResult();

    /// <summary>One for the whole process, as a worker of a sweep has: its pool of buffers is warm after the first run.</summary>
    public static Device Device { get; set; } = new CpuDevice();

    public static Network Network(Device device)
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("GRID_DATA") ?? ".", "models", "mnist-cnn.safetensors");
        return new(new Cnn(), Data.Shape, Data.Classes, device, [.. Safetensors.Read(file).Select(t => t.Values)]);
    }

    /// <summary>The first so many test images, in batches as an experiment takes them.</summary>
    public static IEnumerable<int[]> Rows(int images) => Enumerable.Range(0, images).Chunk(Device.Rows);

    public static Batches Test(Device device) => new(Data.Test, Data.Shape, device);
}
