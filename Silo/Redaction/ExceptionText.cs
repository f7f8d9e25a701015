namespace Grid.Silo.Redaction;

static class ExceptionText
{
    /// <summary>What a log says of an error that passes: Orleans writes the stack traces of others into its messages.</summary>
    public static string FirstLine(this Exception e) => e.Message.Split('\n', 2)[0].TrimEnd();
}
