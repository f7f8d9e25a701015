namespace Grid.Silo;

static class Program
{
    static int Main() => 0;
}
