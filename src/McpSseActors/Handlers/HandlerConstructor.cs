using System.Reflection;
using Akka.Actor;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Handlers;

/// <summary>Finds out, before an actor is created, whether the host can give a handler's constructor its arguments.</summary>
internal static class HandlerConstructor
{
    /// <summary>Checks a handler.</summary>
    /// <param name="type">The handler's class.</param>
    /// <param name="arguments">The arguments that are not services.</param>
    /// <param name="system">The actor system of the host.</param>
    /// <returns>The reason why it cannot be created; null if it can.</returns>
    public static string? FindFault(Type type, object[] arguments, ActorSystem system)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        if (resolver.GetService<IServiceProviderIsService>() is not { } known || resolver.GetService<IServiceScopeFactory>() is not { } scopes)
            return null;
        var constructors = Candidates(type);
        if (constructors.Length == 0)
            return $"{type.Name} has no public constructor";
        var best = constructors.Select(constructor => Missing(constructor, arguments, known)).MinBy(missing => missing.Fault?.Count ?? int.MaxValue);
        return best.Fault switch
        {
            null => $"no constructor of {type.Name} takes the {arguments.Length} given argument(s)",
            [] => FirstFault(best.Services, scopes),
            var missing => $"the constructor of {type.Name} needs {string.Join(" and ", missing)}, which is not among the host's services",
        };
    }

    // As ActivatorUtilities chooses.
    private static ConstructorInfo[] Candidates(Type type)
    {
        var all = type.IsAbstract ? [] : type.GetConstructors();
        return [.. all.Where(each => each.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))).DefaultIfEmpty()
            .SelectMany(only => only is null ? all : [only])];
    }

    private static (List<string>? Fault, List<ParameterInfo> Services) Missing(ConstructorInfo constructor, object[] arguments, IServiceProviderIsService known)
    {
        var open = constructor.GetParameters().ToList();
        foreach (var argument in arguments)
        {
            if (open.Find(parameter => parameter.ParameterType.IsInstanceOfType(argument)) is not { } taken)
                return (null, []);
            open.Remove(taken);
        }

        var services = open.Where(parameter => IsService(parameter, known)).ToList();
        return ([.. open.Where(parameter => !parameter.HasDefaultValue).Except(services).Select(parameter => parameter.ParameterType.Name)], services);
    }

    private static bool IsService(ParameterInfo parameter, IServiceProviderIsService known) =>
        parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? known is IServiceProviderIsKeyedService byKey && byKey.IsKeyedService(parameter.ParameterType, keyed.Key)
            : known.IsService(parameter.ParameterType);

    // A service that is there may itself lack one.
    private static string? FirstFault(List<ParameterInfo> services, IServiceScopeFactory scopes)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            foreach (var parameter in services)
            {
                if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
                    scope.ServiceProvider.GetRequiredKeyedService(parameter.ParameterType, keyed.Key);
                else
                    scope.ServiceProvider.GetRequiredService(parameter.ParameterType);
            }

            return null;
        }
        catch (Exception fault)
        {
            return $"a service of its constructor cannot be created: {fault.Message}";
        }
        finally
        {
            HandlerScope.Release(scope);
        }
    }
}
