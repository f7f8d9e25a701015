using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Local.Cluster;

/// <summary>The folder of a cluster on this machine: its state, logs and data.</summary>
sealed class ClusterFolder(string path)
{
    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Logs => In("logs");

    /// <summary>File with the password of the database.</summary>
    public string Password => In("password");

    /// <summary>Tells this cluster's database from that of another folder.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..8];

    public string Log(string name) => System.IO.Path.Combine(Logs, $"{name}.log");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder if need be, and locks it, so that no other process starts or stops this cluster meanwhile.</summary>
    /// <exception cref="JournalException">Another process holds the lock.</exception>
    public FolderLock Hold()
    {
        OutputFolder.Create(Path, "--folder");
        Directory.CreateDirectory(Logs);
        return FolderLock.Take(Path);
    }

    public ClusterState Read()
    {
        if (!File.Exists(StateFile)) return new();
        try
        {
            return JsonSerializer.Deserialize<ClusterState>(File.ReadAllText(StateFile), Json)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new RefusedException($"{StateFile} is damaged ({e.Message.TrimEnd('.')}): end what it names, and delete it.");
        }
    }

    public void Write(ClusterState state) => AtomicFile.Write(StateFile, writer => writer.WriteLine(JsonSerializer.Serialize(state, Json)));

    /// <summary>Makes a password at the first call. Only this user can read it.</summary>
    public string SecretOf()
    {
        if (!File.Exists(Password))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(Password, options);
            file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)));
        }

        return File.ReadAllText(Password);
    }

    string StateFile => In("cluster.json");
}
