namespace Grid.Testing;

/// <summary>A contract is broken: something that holds for every entry of its kind does not hold for this one. The message says
/// what.</summary>
/// <param name="message">What is wrong, in one line.</param>
public sealed class ContractException(string message) : Exception(message)
{
    internal static void Unless(bool holds, string otherwise)
    {
        if (!holds) throw new ContractException(otherwise);
    }
}
