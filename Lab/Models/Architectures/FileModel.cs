using System.Security.Cryptography;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models.Storage;

namespace Grid.Lab.Models.Architectures;

/// <summary>
/// A trained model from a safetensors file, for example one of your own from PyTorch. Tensors are matched in their order in the file, by shape, whatever
/// their names, with the architecture given. It is never trained here, so a defense that changes training cannot be combined with it.
/// </summary>
/// <param name="path">The file, relative to the working folder.</param>
/// <param name="architecture">The model whose parameters the file holds.</param>
[Named("file")]
public sealed class FileModel(string path, [DefaultEntry("cnn")] Model architecture) : Model
{
    public string Path => path;

    public Model Architecture => architecture;

    /// <summary>Hash of the file.</summary>
    /// <exception cref="LabException">There is no such file, or it cannot be read.</exception>
    public string Sha256
    {
        get
        {
            if (UserFile.IsEmpty(path)) throw new LabException($"The model file {path} is empty, or a device or pipe: name a safetensors file, relative to the working folder.");
            try
            {
                using var file = File.OpenRead(path);
                return Convert.ToHexStringLower(SHA256.HashData(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LabException($"The model file {path} cannot be read ({e.Message.TrimEnd('.')}): name a safetensors file, relative to the working folder.", e);
            }
        }
    }

    /// <summary>The parameters that the file holds, in the order of the architecture's.</summary>
    /// <exception cref="LabException">It is no safetensors file, or holds another model than this data set needs.</exception>
    public IReadOnlyList<float[]> Values(Dataset data)
    {
        var (tensors, specs) = (Safetensors.Read(path), Parameters(data.Shape, data.Classes));
        return specs.Select(s => s.Shape).SequenceEqual(tensors.Select(t => Shape.From(t.Shape)))
            ? [.. tensors.Select(t => t.Values)]
            : throw new LabException(
                $"{path} holds {string.Join(" ", tensors.Select(t => Shape.From(t.Shape)))}, but its architecture on {data.Name} needs {string.Join(" ", specs.Select(s => s.Shape))}: export the model in the order of its layers, or name its architecture.");
    }

    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) => architecture.Parameters(input, classes);

    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) =>
        architecture.Features(tape, images, parameters);
}
