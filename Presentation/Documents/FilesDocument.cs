namespace Grid.Presentation.Documents;

/// <summary>The files that a command has written.</summary>
/// <param name="Files">Full paths of the files.</param>
public sealed record FilesDocument(IReadOnlyList<string> Files);

/// <summary>A model file that fits, and how a sweep names it.</summary>
/// <param name="Operators">The operators of an ONNX file; empty elsewhere.</param>
/// <param name="TestAccuracy">Share of the test images that it has right.</param>
/// <param name="Spec">The lines of a sweep file, its data set and its model.</param>
public sealed record ImportDocument(string File, int Tensors, long Parameters, IReadOnlyList<string> Operators, IReadOnlyList<string> Notes,
    double TestAccuracy, long Right, long Images, IReadOnlyList<string> Spec);

/// <summary>Images of a cell, clean and changed.</summary>
/// <param name="Note">What the images are, in words.</param>
/// <param name="Files">Full paths of the files that were written.</param>
public sealed record ImagesDocument(string Cell, string Note, IReadOnlyList<SampleDocument> Samples, IReadOnlyList<string> Files);

/// <param name="Before">What the model sees in the clean image, and how sure it is; After likewise.</param>
public sealed record SampleDocument(int Sample, string Before, string After, bool IsFooled);

/// <summary>Where a folder of results is shown.</summary>
public sealed record ServedDocument(string Folder, string Url);

/// <summary>The parts of a cluster on this machine that were started.</summary>
/// <param name="IsUp">Whether all parts run.</param>
public sealed record ClusterDocument(bool IsUp, IReadOnlyList<ClusterPartDocument> Parts);

/// <param name="State">The state of the part: up, down, ready or not ready; empty for a part that is not a process, such as logs.</param>
/// <param name="Where">The address or path of the part.</param>
public sealed record ClusterPartDocument(string Name, string State, string Where);

/// <summary>What a model is made of.</summary>
/// <param name="Operators">The operators of an ONNX file; empty elsewhere.</param>
/// <param name="Notes">Notes on how the model was read.</param>
public sealed record ModelDocument(string Model, IReadOnlyList<string> Operators, IReadOnlyList<string> Notes,
    IReadOnlyList<TensorDocument> Tensors);

/// <summary>One tensor of a model, with its name.</summary>
public sealed record TensorDocument(string Name, IReadOnlyList<int> Shape);

/// <summary>Whether a machine has what runs need.</summary>
/// <param name="IsReady">Whether a sweep on a data set that Grid carries can run.</param>
public sealed record MachineDocument(bool IsReady, IReadOnlyList<NeedDocument> Needs);

/// <param name="Need">Name of what is needed, such as disk.</param>
/// <param name="Found">A line that says what was found, or what to do.</param>
public sealed record NeedDocument(string Need, bool IsMet, string Found);
