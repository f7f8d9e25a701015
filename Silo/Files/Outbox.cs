using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Contracts;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Silo.Files;

/// <summary>
/// Results that their cells could not keep yet, for example while the database is down. They are on this machine's disk, so that a restart
/// does not lose them; what the disk does not take is counted all the same while it waits in memory.
/// </summary>
sealed partial class Outbox(string folder, ILogger<Outbox> log) : IOutbox
{
    const string Ending = ".json";

    readonly ConcurrentDictionary<CellId, Completion> _inMemory = new();

    public int Count =>
        (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Ending).Count() : 0) + _inMemory.Count;

    public void Put(Completion completion)
    {
        _inMemory[completion.Result.Cell] = completion;
        Directory.CreateDirectory(folder);
        AtomicFile.WriteBytes(PathOf(completion), stream => stream.Write(JournalLine.Of(completion)));
        _inMemory.TryRemove(completion.Result.Cell, out _);
    }

    public void Remove(Completion completion)
    {
        if (!_inMemory.TryRemove(completion.Result.Cell, out _)) File.Delete(PathOf(completion));
    }

    // The file gets the ending .refused.
    public void SetAside(Completion completion)
    {
        var path = PathOf(completion);
        if (File.Exists(path)) File.Move(path, Path.ChangeExtension(path, ".refused"), overwrite: true);
    }

    // A damaged file is logged and kept as .damaged for people to look at, and its cell runs again.
    public IEnumerable<Completion> Left()
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending) : [])
        {
            if (Read(path) is { } completion) yield return completion;
        }
    }

    Completion? Read(string path)
    {
        try
        {
            var completion = JournalLine.Parse<Completion>(File.ReadAllBytes(path));
            return PathOf(completion) == path ? completion : throw new JsonException($"it holds the result of {completion.Result.Cell}");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            Damaged(path, JournalLine.Brief(e));
            File.Move(path, path + ".damaged", overwrite: true);
            return null;
        }
    }

    string PathOf(Completion completion) => Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(completion.Result.Cell.Value)))[..32] + Ending);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{path} is damaged ({reason}): the result in it is lost, and its cell runs again")]
    partial void Damaged(string path, string reason);
}
