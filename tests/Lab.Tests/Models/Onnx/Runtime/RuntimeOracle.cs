using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

/// <summary>What ONNX Runtime makes of a file, beside what Grid makes of it.</summary>
static class RuntimeOracle
{
    /// <summary>The first output for a batch, on one core.</summary>
    public static (int[] Shape, float[] Values) Run(byte[] file, float[] images, int[] shape)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var session = new InferenceSession(file, options);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], new DenseTensor<float>(images, shape))]);
        var output = results[0].AsTensor<float>();
        return ([.. output.Dimensions], [.. output]);
    }

    /// <summary>The same by Grid: the graph as it is, and as it is evaluated, fused.</summary>
    public static (int[] Shape, float[] Values) Ours(CpuDevice device, string path, float[] images, int[] shape, bool fused)
    {
        using var scope = device.Scope();
        var graph = OnnxFile.Read(path).Graph;
        if (fused) graph = Fusion.Evaluation(graph);
        Variable[] parameters = [.. graph.Parameters.Select(p => Tape.Constant(device.Upload(graph.Known[p.Name].Floats(), p.Shape)))];
        var output = Execution.Run(graph, new Tape(device), Tape.Constant(device.Upload(images, Shape.From(shape))), parameters);
        return (output.Shape.ToArray(), output.Value.ToArray());
    }

    /// <summary>The same numbers to a ten-thousandth of the largest, NaN and infinity where the other has them.</summary>
    public static void Agree((int[] Shape, float[] Values) expected, (int[] Shape, float[] Values) actual, string what)
    {
        static string Text(int[] shape) => $"[{string.Join(", ", shape)}]";
        Assert.True(expected.Shape.SequenceEqual(actual.Shape), $"{Text(actual.Shape)} instead of {Text(expected.Shape)}: {what}");
        var largest = expected.Values.Where(float.IsFinite).Select(Math.Abs).Append(0.01f).Max();
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var (e, a) = (expected.Values[i], actual.Values[i]);
            Assert.True(
                e.Equals(a) || Math.Abs(e - a) <= 1e-4 * largest, $"{a:R} instead of {e:R} at {i} of {Text(expected.Shape)}: {what}");
        }
    }
}
