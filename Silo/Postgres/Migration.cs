using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Grid.Silo.Postgres;

/// <summary>One numbered change of the database: an SQL file compiled in, which is never edited once released.</summary>
sealed record Migration(int Number, string Name, string Sql)
{
    const string Folder = "migrations/";

    /// <summary>All migrations in order, without a gap.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. from resource in typeof(Migration).Assembly.GetManifestResourceNames()
           where resource.StartsWith(Folder, StringComparison.Ordinal)
           let name = Path.GetFileNameWithoutExtension(resource[Folder.Length..])
           orderby name
           select new Migration(int.Parse(name[..4], CultureInfo.InvariantCulture), name, Read(resource)),
    ];

    /// <summary>
    /// Whether silos of the version before can start on the schema that it makes, as a rolling upgrade needs. Its first line says so, see
    /// docs/operations.md.
    /// </summary>
    public bool IsCompatible => Sql.StartsWith("-- compatible", StringComparison.Ordinal);

    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
