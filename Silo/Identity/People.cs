using System.Security.Cryptography;
using System.Text;
using Grid.Silo.Configuration;

namespace Grid.Silo.Identity;

/// <summary>
/// A file with a line for each person who may use the cluster: a name, a role, and the proof, which is <c>sha256:</c> and the hash of a
/// token, or <c>certificate</c> for a client's certificate of the cluster's authority with that common name. Lines that begin with # are
/// comments. The file is read again when it changes.
/// </summary>
sealed class People(string file)
{
    const string Hash = "sha256:";
    const string Certificate = "certificate";

    readonly Lock _gate = new();
    DateTime _written;
    List<Person> _people = [];

    /// <exception cref="SettingException">The file cannot be read, or a line is wrong.</exception>
    public static People Open(string file)
    {
        var people = new People(file);
        try
        {
            people.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{IdentitySettings.Section}:PeopleFile: {e.Message}", e);
        }

        return people;
    }

    /// <summary>The person who has a token; null for nobody. All lines are compared in constant time.</summary>
    public Person? WithToken(string token)
    {
        var hash = Encoding.ASCII.GetBytes(HashOf(token));
        return Now().Where(p => p.Proof.StartsWith(Hash, StringComparison.Ordinal))
            .Aggregate(default(Person), (found, p) =>
                CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(p.Proof), hash) ? p : found);
    }

    /// <summary>The person whose certificate has this common name; null for nobody.</summary>
    public Person? WithCertificate(string commonName) => Now().FirstOrDefault(p => p.Proof == Certificate && p.Name == commonName);

    /// <summary>The hash of a token for the file. Tokens are 256 random bits, so they need no salt and no slow hash.</summary>
    public static string HashOf(string token) => Hash + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Draws a new token.</summary>
    public static string Draw() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    List<Person> Now()
    {
        lock (_gate)
        {
            try
            {
                if (file.Length > 0 && File.GetLastWriteTimeUtc(file) != _written) Read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingException)
            {
                // The people of the last valid file stay, so that a file that is being edited locks nobody out and lets nobody in.
            }

            return _people;
        }
    }

    void Read()
    {
        var written = File.GetLastWriteTimeUtc(file);
        if (!File.Exists(file)) throw new FileNotFoundException($"{file} is not there");
        (_people, _written) = ([.. File.ReadLines(file).Index().Where(l => l.Item.Trim() is { Length: > 0 } text
            && text[0] != '#').Select(l => Parse(l.Item, l.Index + 1))], written);
    }

    Person Parse(string line, int number)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var isRight = fields is [_, var role, var proof] && Roles.All.Contains(role)
            && (proof == Certificate || (proof.StartsWith(Hash, StringComparison.Ordinal) && proof.Length == Hash.Length + 64
                && proof[Hash.Length..].All(char.IsAsciiHexDigitLower)));
        return isRight ? new(fields[0], fields[1], fields[2])
            : throw new SettingException(
                $"{IdentitySettings.Section}:PeopleFile: {Path.GetFileName(file)}:{number}: a line is a name, "
                + $"one of {string.Join(", ", Roles.All)}, and sha256:HEX or {Certificate}");
    }
}

/// <param name="Proof">How the person proves who it is.</param>
sealed record Person(string Name, string Role, string Proof);
