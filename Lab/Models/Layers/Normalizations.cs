using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Models.Layers;

/// <summary>Batch norm: each channel by the mean and variance of the batch in training, and by their running ones in evaluation.</summary>
/// <param name="momentum">How far the running statistics move towards those of a batch.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <remarks>Ioffe and Szegedy, "Batch normalization", ICML 2015.</remarks>
[Named("batch-norm")]
public sealed class BatchNorm([Range(0, 1)] double momentum = 0.1, [Range(0, 1)] double epsilon = 1e-5) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var name = graph.Next("bn");
        Shape channels = [graph.Row[0]];
        graph.Add("BatchNormalization", graph.Row,
        [
            graph.Parameter($"{name}.weight", channels, 1, 1, start: 1), graph.Parameter($"{name}.bias", channels, 1, 1, start: 0),
            graph.Parameter($"{name}.running_mean", channels, 1, 1, start: 0, trained: false),
            graph.Parameter($"{name}.running_var", channels, 1, 1, start: 1, trained: false),
        ], ("momentum", (float)(1 - momentum)), ("epsilon", (float)epsilon));
    }
}

/// <summary>Layer norm over the last axis: the width of tokens, or all features.</summary>
/// <param name="epsilon">Added to the variance.</param>
/// <remarks>Ba, Kiros and Hinton, "Layer normalization", 2016.</remarks>
[Named("layer-norm")]
public sealed class LayerNorm([Range(0, 1)] double epsilon = 1e-5) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (name, width) = (graph.Next("norm"), graph.Row[^1]);
        graph.Add("LayerNormalization", graph.Row,
            [graph.Parameter($"{name}.weight", [width], 1, 1, start: 1), graph.Parameter($"{name}.bias", [width], 1, 1, start: 0)],
            ("axis", -1L), ("epsilon", (float)epsilon));
    }
}

/// <summary>Group norm: groups of channels of every image on their own. One group for each channel is instance norm.</summary>
/// <param name="groups">Groups of channels; none is one for each channel.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <remarks>Wu and He, "Group normalization", ECCV 2018.</remarks>
[Named("group-norm")]
public sealed class GroupNorm([Range(1, 65536)] int? groups = null, [Range(0, 1)] double epsilon = 1e-5) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (name, (channels, _, _)) = (graph.Next("norm"), graph.Image("group-norm"));
        if (channels % (groups ?? channels) != 0) throw graph.Wrong("group-norm", $"divides channels into {groups} groups");
        graph.Add("GroupNormalization", graph.Row,
            [graph.Parameter($"{name}.weight", [channels], 1, 1, start: 1), graph.Parameter($"{name}.bias", [channels], 1, 1, start: 0)],
            ("num_groups", (long)(groups ?? channels)), ("epsilon", (float)epsilon));
    }
}

/// <summary>Pixels less a mean, over a standard deviation: what PyTorch users do to images before the network. Part of the network here, so
/// that attacks stay in [0, 1].</summary>
/// <param name="mean">The mean of each channel, or one for all.</param>
/// <param name="std">The standard deviation of each channel, or one for all, above 0.</param>
[Named("normalize")]
public sealed class Normalize(IReadOnlyList<double> mean, IReadOnlyList<double> std) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (channels, _, _) = graph.Image("normalize");
        foreach (var values in new[] { mean, std })
            if (values.Count != 1 && values.Count != channels)
                throw graph.Wrong("normalize", $"has {values.Count} numbers for {channels} channels");
        if (std.Any(s => s <= 0)) throw graph.Wrong("normalize", "divides by a standard deviation of 0 or less");
        graph.Add("Sub", graph.Row, [graph.Constant(Channels(mean))]);
        graph.Add("Div", graph.Row, [graph.Constant(Channels(std))]);
    }

    static Numbers Channels(IReadOnlyList<double> values) => new([values.Count, 1, 1], [.. values.Select(v => (float)v)]);
}
