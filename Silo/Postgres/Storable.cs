using System.Text;

namespace Grid.Silo.Postgres;

static class Storable
{
    /// <summary>
    /// What of a text a database takes: without NUL and halves of surrogate pairs, so that no message can keep a result from being stored.
    /// </summary>
    public static string? Text(string? text) => text is null ? null : string.Concat(text.EnumerateRunes().Where(r => r.Value != 0));
}
