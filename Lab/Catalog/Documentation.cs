using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Sweeps.Files;

namespace Grid.Lab.Catalog;

/// <summary>
/// Summaries, parameter texts and sources of catalogue entries, from the XML file that the compiler writes beside the assembly.
/// </summary>
sealed partial class Documentation
{
    readonly Dictionary<string, XElement> _members = [];

    public Documentation(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path) || EndlessFile.MayBe(path)) return;
        foreach (var member in XDocument.Load(path).Descendants("member"))
            if (member.Attribute("name")?.Value is { } name) _members[name] = member;
    }

    public string Summary(Type type) => Text(type, e => e.Name == "summary");

    /// <summary>The remarks of an entry cite what it follows.</summary>
    public string Source(Type type) => Text(type, e => e.Name == "remarks");

    public string Parameter(Type type, string parameter) =>
        Text(type, e => e.Name == "param" && e.Attribute("name")?.Value == parameter);

    string Text(Type type, Func<XElement, bool> wanted)
    {
        var element = _members.GetValueOrDefault($"T:{type.FullName}")?.Elements().FirstOrDefault(wanted);
        if (element is null) return "";
        // References and code keep their words: <see cref="T:Grid.Lab.X"/> reads X.
        var words = element.Nodes().Select(n => n is XElement { Name.LocalName: "see" or "paramref" } see
            ? (see.Attribute("cref") ?? see.Attribute("name"))?.Value.Split('.', ':')[^1] ?? ""
            : n is XElement inner ? inner.Value : n.ToString(SaveOptions.DisableFormatting));
        return Spaces().Replace(System.Net.WebUtility.HtmlDecode(string.Concat(words)), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
