using System.Globalization;
using System.Net;
using System.Text;

namespace Grid.Web.Rendering;

/// <summary>
/// HTML text under construction. Values put into an interpolated string are escaped; what is HTML already is passed as
/// <see cref="RawHtml"/>.
/// </summary>
sealed class Html
{
    readonly StringBuilder _text = new();

    public Html Add(FormattableString html)
    {
        _text.AppendFormat(Escaping.Instance, html.Format, html.GetArguments()).Append('\n');
        return this;
    }

    public Html AddIf(bool condition, FormattableString html) => condition ? Add(html) : this;

    /// <summary>The head row of a table.</summary>
    public Html Head(params IEnumerable<string> columns) =>
        Add($"<thead><tr>{Join(columns.Select(c => Of($"<th scope=\"col\">{c}</th>")))}</tr></thead>");

    public override string ToString() => _text.ToString();

    public static RawHtml Join(IEnumerable<RawHtml> parts, string separator = "") => new(string.Join(separator, parts.Select(p => p.Text)));

    public static RawHtml Of(FormattableString html) => new(string.Format(Escaping.Instance, html.Format, html.GetArguments()));

    /// <summary>Escapes whatever is put into a format, numbers in the invariant culture.</summary>
    sealed class Escaping : IFormatProvider, ICustomFormatter
    {
        public static readonly Escaping Instance = new();

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            null => "",
            RawHtml raw => raw.Text ?? "",
            IFormattable number => WebUtility.HtmlEncode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => WebUtility.HtmlEncode(Valid(arg.ToString() ?? "")),
        };

        // HTML allows no control characters but white space, not even written as references.
        static string Valid(string text) => text.All(Allowed) ? text : string.Concat(text.Where(Allowed));

        static bool Allowed(char c) => !char.IsControl(c) || c is '\n' or '\t';
    }
}

/// <summary>Text that is HTML already.</summary>
readonly record struct RawHtml(string? Text);
