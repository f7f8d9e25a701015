using Grid.Presentation.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Grid.Web.Api;

/// <summary>Services that the API needs from its host.</summary>
public static class ApiServices
{
    const string Version = "v1";

    /// <summary>Sets how the API's documents are written and described.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => DocumentJson.Apply(json.SerializerOptions));
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = BareAnswers.Explain);
        return services.AddOpenApi(Version, openApi =>
        {
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "Grid",
                    Version = Version,
                    Description = "Sweeps of attacks against defenses. See docs/api.md."
                };
                document.Components ??= new();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer"
                };
                return Task.CompletedTask;
            });
            // A number that is not known is null.
            openApi.AddSchemaTransformer((schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type == typeof(double)
                    || context.JsonTypeInfo.Type == typeof(double?)) schema.Type = JsonSchemaType.Number | JsonSchemaType.Null;
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Serves the description of the API in OpenAPI.</summary>
    public static IEndpointConventionBuilder MapApiDescription(this IEndpointRouteBuilder app) =>
        app.MapOpenApi($"{ApiEndpoints.Root}/openapi.json");
}
