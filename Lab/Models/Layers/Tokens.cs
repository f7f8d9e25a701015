using System.ComponentModel.DataAnnotations;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Models.Layers;

/// <summary>An image as tokens: patches, each mapped to a width, a token for the class before them, and a trained position added to
/// each.</summary>
/// <param name="size">Side of a patch, in pixels; it divides the image.</param>
/// <param name="width">Numbers of a token.</param>
/// <remarks>Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021.</remarks>
[Named("patches")]
public sealed class Patches([Range(1, 1024)] int size, [Range(1, 65536)] int width) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (c, h, w) = graph.Image("patches");
        if (h % size != 0 || w % size != 0) throw graph.Wrong("patches", $"takes images that patches of {size} x {size} fill");
        var (name, tokens) = (graph.Next("patches"), h / size * (w / size));
        new Conv(width, size, size).Build(graph);
        graph.Add("Reshape", [width, tokens], [graph.Constant(-1, width, tokens)]);
        graph.Add("Transpose", [tokens, width], [], ("perm", new long[] { 0, 2, 1 }));
        // As many class tokens as images: nothing of the images, plus the token.
        var first = graph.Apply("Slice", [graph.Value, graph.Constant(0), graph.Constant(1), graph.Constant(1)]);
        var nothing = graph.Apply("Mul", [first, graph.Constant(new Numbers([1], new float[1]))]);
        var token = graph.Apply("Add", [nothing, graph.Parameter($"{name}.class_token", [1, 1, width], width, width, start: 0)]);
        graph.From(graph.Apply("Concat", [token, graph.Value], ("axis", 1L)), [tokens + 1, width]);
        graph.Add("Add", graph.Row, [graph.Parameter($"{name}.positions", [1, tokens + 1, width], width, width, start: 0)]);
    }
}

/// <summary>Every token as a mix of all, by scaled dot products, in several heads.</summary>
/// <param name="heads">Heads of the attention, which share the width.</param>
/// <remarks>Vaswani et al., "Attention is all you need", 2017.</remarks>
[Named("attention")]
public sealed class Attention([Range(1, 1024)] int heads = 1) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        if (graph.Row is not [var tokens, var width]) throw graph.Wrong("attention", "takes tokens: put patches before it");
        if (width % heads != 0) throw graph.Wrong("attention", $"divides the width of tokens among {heads} heads");
        var (name, each) = (graph.Next("attention"), width / heads);
        Dense.Add(graph, $"{name}.in_proj", 3 * width);
        graph.Add("Reshape", graph.Row, [graph.Constant(-1, tokens, 3, heads, each)]);
        // Queries, keys and values, each [images, heads, tokens, each].
        var three = graph.Apply("Transpose", [graph.Value], ("perm", new long[] { 2, 0, 3, 1, 4 }));
        string Part(int part) => graph.Apply("Gather", [three, graph.Constant(new Numbers([], [(long)part]))], ("axis", 0L));
        var (queries, keys, values) = (Part(0), graph.Apply("Transpose", [Part(1)], ("perm", new long[] { 0, 1, 3, 2 })), Part(2));
        var scores = graph.Apply("Mul", [graph.Apply("MatMul", [queries, keys]), graph.Constant(new Numbers([1], [1 / MathF.Sqrt(each)]))]);
        var mixed = graph.Apply("MatMul", [graph.Apply("Softmax", [scores], ("axis", -1L)), values]);
        graph.From(graph.Apply("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })), [tokens, width]);
        graph.Add("Reshape", [tokens, width], [graph.Constant(-1, tokens, width)]);
        Dense.Add(graph, $"{name}.out_proj", width);
    }
}

/// <summary>The first token alone: that of the class.</summary>
[Named("first-token")]
public sealed class FirstToken : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        if (graph.Row is not [_, var width]) throw graph.Wrong("first-token", "takes tokens");
        graph.Add("Gather", [width], [graph.Constant(new Numbers([], [0L]))], ("axis", 1L));
    }
}
