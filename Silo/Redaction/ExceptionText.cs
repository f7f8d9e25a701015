using Grid.Presentation.Terminal;

namespace Grid.Silo.Redaction;

static class ExceptionText
{
    /// <summary>The text of a passing error for a log, without the stack traces that Orleans writes into its messages.</summary>
    public static string FirstLine(this Exception e) => TextFit.FirstLine(e.Message);
}
