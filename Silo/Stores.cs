using Grid.Silo.Configuration;

namespace Grid.Silo;

static class Stores
{
    public static IServiceCollection AddFiles(this IServiceCollection services, GridOptions options) => throw new NotImplementedException(options.Folder);

    public static IServiceCollection AddPostgres(this IServiceCollection services, Database database) => throw new NotImplementedException(database.ToString());
}

static class Migration
{
    public static Task<int> Run() => throw new NotImplementedException();
}
