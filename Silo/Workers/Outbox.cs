using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Contracts;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Silo.Workers;

/// <summary>
/// Results that their cells could not keep yet, as while the database is down: on this machine's disk, so that a restart does not lose them.
/// </summary>
sealed class Outbox(string folder)
{
    const string Ending = ".json";

    /// <summary>How many wait.</summary>
    public int Count => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Ending).Count() : 0;

    public void Put(Completion completion)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteBytes(PathOf(completion), stream => JsonSerializer.Serialize(stream, completion, ResultJson.Options));
    }

    public void Remove(Completion completion) => File.Delete(PathOf(completion));

    /// <summary>What an earlier life of this silo left; a damaged file is passed over.</summary>
    public IEnumerable<Completion> Left()
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending) : [])
        {
            if (Read(path) is { } completion) yield return completion;
        }
    }

    static Completion? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Completion>(File.ReadAllBytes(path), ResultJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    string PathOf(Completion completion) => Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(completion.Result.Cell.Value)))[..32] + Ending);
}
