using System.CommandLine;

namespace Grid.Presentation.CommandLine;

/// <summary><c>completion</c> prints a script with which a shell completes verbs, options and names.</summary>
public static class CompletionCommand
{
    public static Command Make()
    {
        var shell = new Argument<string>("shell") { Description = "The shell: bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion",
            "Print a script that lets a shell complete verbs, options and names with the Tab key.") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.Write(Script(ShellPath.Program, parsed.GetValue(shell)!));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The script asks the program itself what may follow, with its directive [suggest:N], where N is the place at which the
    /// cursor stands.</summary>
    static string Script(string program, string shell) => shell switch
    {
        "bash" => $$"""
            # In ~/.bashrc: source <({{program}} completion bash)
            _{{program}}_complete() {
              local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE#* }" point=$((COMP_POINT - ${#COMP_WORDS[0]} - 1))
              [ "$line" = "$COMP_LINE" ] && line=""
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$({{program}} "[suggest:$point]" "$line" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _{{program}}_complete {{program}}

            """,
        "zsh" => $$"""
            # In ~/.zshrc, after compinit: source <({{program}} completion zsh)
            _{{program}}_complete() {
              local line="${BUFFER#* }" point=$((CURSOR - ${#words[1]} - 1))
              [ "$line" = "$BUFFER" ] && line=""
              local -a found
              found=("${(@f)$({{program}} "[suggest:$point]" "$line" 2>/dev/null)}")
              compadd -- $found || _files
            }
            compdef _{{program}}_complete {{program}}

            """,
        _ => $$"""
            # In ~/.config/fish/config.fish: {{program}} completion fish | source
            function __{{program}}_complete
              set -l line (string replace -r '^\S+\s?' '' -- (commandline -cp))
              {{program}} "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
            end
            complete -c {{program}} -a '(__{{program}}_complete)'

            """,
    };
}
