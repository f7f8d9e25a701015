namespace Grid.Lab;

/// <summary>Part of the identity of every cell. Raised whenever any number of any cell changes, so that no old result is taken for a new one.</summary>
public static class LabVersion
{
    public const string Current = "3";
}
