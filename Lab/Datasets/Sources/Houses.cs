using System.Security.Cryptography;
using System.Text;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Five house prices on the line 50 + 50 * size: the data of the FRIENDS linear-regression experiment. One feature (size, 1 to 5), price as
/// the target; the test samples are the training samples.
/// </summary>
[Named("houses")]
public sealed class Houses : DataSource
{
    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        var samples = new Samples([1, 2, 3, 4, 5], targets: [100, 150, 200, 250, 300]);
        string content =
            string.Concat(samples.Inputs.Zip(samples.Targets, (size, price) => FormattableString.Invariant($"{size},{price}\n")));
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        return Task.FromResult(new Dataset("houses", new ImageShape(1, 1, 1), classes: 0, samples, samples, sha256));
    }
}
