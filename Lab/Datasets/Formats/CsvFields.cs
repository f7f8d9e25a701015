namespace Grid.Lab.Datasets.Formats;

/// <summary>
/// The fields of one line, one after the other, as RFC 4180 has them: a field in double quotes may hold the separator, and a doubled quote
/// stands for one.
/// </summary>
/// <param name="line">The line, without its end.</param>
/// <param name="separator">The separator: comma, semicolon or tab.</param>
ref struct CsvFields(ReadOnlySpan<char> line, char separator)
{
    ReadOnlySpan<char> _rest = line;
    bool _ended;

    /// <summary>The field, without quotes.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether a quote does not end within the line, or text follows it.</summary>
    public bool Broken { get; private set; }

    public bool MoveNext()
    {
        if (_ended) return false;
        if (_rest.TrimStart(' ') is ['"', ..] quoted)
        {
            var end = Closing(quoted);
            (_ended, Broken) = (true, end < 0);
            Current = end < 0 ? quoted : Plain(quoted[1..end]);
            if (end < 0 || quoted[(end + 1)..].TrimStart(' ') is not [var next, ..] rest) return true;
            (_ended, Broken) = (next != separator, next != separator);
            _rest = rest[1..];
            return true;
        }

        var length = _rest.IndexOf(separator);
        _ended = length < 0;
        Current = _ended ? _rest : _rest[..length];
        _rest = _ended ? default : _rest[(length + 1)..];
        return true;
    }

    static ReadOnlySpan<char> Plain(ReadOnlySpan<char> inner) =>
        inner.Contains('"') ? inner.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : inner;

    /// <summary>The place of the quote that ends the field; -1 where there is none.</summary>
    static int Closing(ReadOnlySpan<char> quoted)
    {
        for (var i = 1; i < quoted.Length; i++)
        {
            if (quoted[i] != '"') continue;
            if (i + 1 == quoted.Length || quoted[i + 1] != '"') return i;
            i++;
        }

        return -1;
    }

    /// <summary>The separator of a file's fields, judged by its first line: a semicolon or tab outside quotes, or else a comma.</summary>
    public static char SeparatorOf(string line)
    {
        var quoted = false;
        var found = ',';
        foreach (var c in line)
        {
            quoted ^= c == '"';
            if (!quoted && c == ';') return c;
            if (!quoted && c == '\t') found = c;
        }

        return found;
    }
}
