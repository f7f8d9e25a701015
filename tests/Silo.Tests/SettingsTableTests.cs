using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Silo.Configuration;

namespace Grid.Silo.Tests;

/// <summary>The table of settings in docs/cluster.md is what the code says.</summary>
public sealed partial class SettingsTableTests
{
    const string Begin = "<!-- settings:";
    const string End = "<!-- end of settings -->";

    internal static readonly string Root = FindRoot();

    [Fact]
    public void The_table_of_settings_is_up_to_date()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "cluster.md"));
        var from = page.IndexOf('\n', page.IndexOf(Begin, StringComparison.Ordinal)) + 1;
        var there = page[from..page.IndexOf(End, StringComparison.Ordinal)];
        var table = Table();
        Assert.True(there == table, $"docs/cluster.md is out of date; between the marks must stand\n{table}");
    }

    [Fact]
    public void Every_setting_is_described() => Assert.All(Rows(), row => Assert.True(row.Text.Length > 0, $"{row.Name} has no summary."));

    static string Table() =>
        "| setting | default | range | |\n|---|---|---|---|\n"
        + string.Concat(Rows().Select(r => $"| `{r.Name}` | {(r.Default.Length > 0 ? $"`{r.Default}`" : "")} | {r.Range} | {r.Text} |\n"));

    static IEnumerable<(string Name, string Default, string Range, string Text)> Rows() =>
        Of(typeof(GridOptions), new GridOptions(),
            GridOptions.Section).Concat(Of(typeof(TlsSettings), new TlsSettings(), TlsSettings.Section))
            .Concat(Of(typeof(IdentitySettings), new IdentitySettings(), IdentitySettings.Section))
            .Concat(Of(typeof(BucketSettings), new BucketSettings(), BucketSettings.Section));

    static IEnumerable<(string Name, string Default, string Range, string Text)> Of(Type type, object defaults, string section)
    {
        var summaries = Docstrings.Where(m => m.Name.StartsWith($"P:{type.FullName}.", StringComparison.Ordinal))
            .ToDictionary(m => m.Name[(m.Name.LastIndexOf('.') + 1)..], m => m.Summary);
        return from property in type.GetProperties()
               where property.PropertyType.Namespace != typeof(GridOptions).Namespace
               select ($"{section}:{property.Name}", Text(property.GetValue(defaults)), Range(property),
                   summaries.GetValueOrDefault(property.Name, ""));
    }

    // What the compiler keeps of them beside the program.
    static readonly List<(string Name, string Summary)> Docstrings =
        [.. from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Silo.xml")).Descendants("member")
            where member.Element("summary") is not null
            select (member.Attribute("name")!.Value,
                Space().Replace(string.Concat(member.Element("summary")!.Nodes().Select(Markdown)), " ").Trim())];

    static string Range(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? $"{Text(range.Minimum)} to {Text(range.Maximum)}"
        : property.PropertyType == typeof(bool) ? "true, false" : "";

    static string Text(object? value) =>
        value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        XElement code => $"`{code.Value}`",
        _ => node.ToString(),
    };

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
