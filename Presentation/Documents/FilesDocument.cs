namespace Grid.Presentation.Documents;

/// <summary>The files that a command has written.</summary>
/// <param name="Files">Full paths of the files.</param>
public sealed record FilesDocument(IReadOnlyList<string> Files);

/// <summary>What a model is made of.</summary>
/// <param name="Operators">The operators of an ONNX file; empty elsewhere.</param>
/// <param name="Notes">What is to be known of how it was read.</param>
public sealed record ModelDocument(string Model, IReadOnlyList<string> Operators, IReadOnlyList<string> Notes,
    IReadOnlyList<TensorDocument> Tensors);

/// <summary>One tensor of a model, with its name.</summary>
public sealed record TensorDocument(string Name, IReadOnlyList<int> Shape);

/// <summary>Whether a machine has what runs need.</summary>
/// <param name="IsReady">Whether a sweep on a data set that is carried can run.</param>
public sealed record MachineDocument(bool IsReady, IReadOnlyList<NeedDocument> Needs);

/// <param name="Need">Name of what is needed, such as disk.</param>
/// <param name="Found">A line that says what was found, or what to do.</param>
public sealed record NeedDocument(string Need, bool IsMet, string Found);
