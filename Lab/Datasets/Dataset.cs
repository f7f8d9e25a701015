namespace Grid.Lab.Datasets;

/// <summary>Training and test samples of one shape. Nobody changes it: one instance serves every cell of a process.</summary>
public sealed class Dataset
{
    /// <summary>The name of the data set in sweeps.</summary>
    public string Name { get; }

    /// <summary>The shape of one sample.</summary>
    public ImageShape Shape { get; }

    /// <summary>The number of classes; 0 for a regression.</summary>
    public int Classes { get; }

    /// <summary>The names of the classes, by their number; null where they have numbers only.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The samples that networks are trained on.</summary>
    public Samples Train { get; }

    /// <summary>The samples that are attacked and measured.</summary>
    public Samples Test { get; }

    /// <summary>The SHA-256 of the uncompressed content files in their fixed order, in lower-case hex: part of the identity of every
    /// cell.</summary>
    public string Sha256 { get; }

    /// <summary>How many training samples are trained on where a recipe asks for the first so many; 0 asks for all.</summary>
    /// <param name="samples">The number of training samples that are asked for.</param>
    public int Trained(int samples) => samples == 0 ? Train.Count : Math.Min(samples, Train.Count);

    /// <summary>A classification with only the training samples that are trained on.</summary>
    /// <param name="samples">The number of training samples that are asked for; 0 for all.</param>
    public Dataset First(int samples) => Trained(samples) is var count && count == Train.Count
        ? this
        : new(Name, Shape, Classes, Train.First(count), Test, Sha256) { ClassNames = ClassNames };

    /// <summary>A data set of these samples, whose shapes and labels are checked.</summary>
    /// <param name="name">The name in tables and labels.</param>
    /// <param name="shape">The shape of an image.</param>
    /// <param name="classes">The number of classes; 0 for a regression.</param>
    /// <param name="train">The training samples.</param>
    /// <param name="test">The test samples.</param>
    /// <param name="sha256">The SHA-256 of all that it was made from, in hex.</param>
    public Dataset(string name, ImageShape shape, int classes, Samples train, Samples test, string sha256)
    {
        foreach (var samples in new[] { train, test })
        {
            if (samples.Inputs.Length != (long)samples.Count * shape.Size)
            {
                throw new ArgumentException($"{samples.Inputs.Length} input values are not {samples.Count} of {shape}.", nameof(shape));
            }
            if (classes == 0 ? samples.Targets.Length != samples.Count : samples.Labels.Any(label => (uint)label >= (uint)classes))
            {
                throw new ArgumentException($"Labels or targets do not fit {classes} classes.", nameof(classes));
            }
        }
        (Name, Shape, Classes, Train, Test, Sha256) = (name, shape, classes, train, test, sha256);
    }
}
