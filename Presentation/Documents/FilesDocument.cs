namespace Grid.Presentation.Documents;

/// <summary>What a command has written.</summary>
/// <param name="Files">Whole paths.</param>
public sealed record FilesDocument(IReadOnlyList<string> Files);

/// <summary>A model file that fits, and how a sweep names it.</summary>
/// <param name="Operators">The operators of an ONNX file; empty elsewhere.</param>
/// <param name="TestAccuracy">Share of the test images that it has right.</param>
/// <param name="Spec">The lines of a sweep file, its data set and its model.</param>
public sealed record ImportDocument(string File, int Tensors, long Parameters, IReadOnlyList<string> Operators, IReadOnlyList<string> Notes,
    double TestAccuracy, long Right, long Images, IReadOnlyList<string> Spec);

/// <summary>Images of a cell, clean and changed.</summary>
/// <param name="Note">What they are, in words.</param>
/// <param name="Files">Whole paths of what was written.</param>
public sealed record ImagesDocument(string Cell, string Note, IReadOnlyList<SampleDocument> Samples, IReadOnlyList<string> Files);

/// <param name="Before">What the model sees in the clean image, and how sure it is; After likewise.</param>
public sealed record SampleDocument(int Sample, string Before, string After, bool IsFooled);

/// <summary>Where a folder of results is shown.</summary>
public sealed record ServedDocument(string Folder, string Url);

/// <summary>What of a cluster on this machine was started.</summary>
/// <param name="IsUp">Whether all of it runs.</param>
public sealed record ClusterDocument(bool IsUp, IReadOnlyList<ClusterPartDocument> Parts);

/// <param name="State">up, down, ready or not ready; empty where nothing runs, such as logs.</param>
/// <param name="Where">How to reach it.</param>
public sealed record ClusterPartDocument(string Name, string State, string Where);

/// <summary>What a model is made of.</summary>
/// <param name="Operators">The operators of an ONNX file; empty elsewhere.</param>
/// <param name="Notes">What is to be known of how it was read.</param>
public sealed record ModelDocument(string Model, IReadOnlyList<string> Operators, IReadOnlyList<string> Notes,
    IReadOnlyList<TensorDocument> Tensors);

/// <summary>One tensor of a model by its name.</summary>
public sealed record TensorDocument(string Name, IReadOnlyList<int> Shape);

/// <summary>Whether a machine has what runs need.</summary>
/// <param name="IsReady">Whether a sweep on a data set that is carried can run.</param>
public sealed record MachineDocument(bool IsReady, IReadOnlyList<NeedDocument> Needs);

/// <param name="Need">What was looked for, such as disk.</param>
/// <param name="Found">What was found, or what to do, in a line.</param>
public sealed record NeedDocument(string Need, bool IsMet, string Found);
