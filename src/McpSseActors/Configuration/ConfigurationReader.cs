using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>
/// Makes the options of all streams from the tables of a source and, over them, those of the environment. The first wins:
/// the environment for one server, the environment for all, the server's table, the base table, the default.
/// </summary>
internal sealed class ConfigurationReader(List<ConfigurationFault> faults, StreamOptions defaults)
{
    public McpSseOptions Read(RawTable source, RawTable environment, RawValue? logLevel, params string[] apart)
    {
        var servers = Servers(source);
        var ofServers = Servers(environment);
        var common = Layer.Read(source, faults, [ConfigurationKeys.Servers, ConfigurationKeys.Delivery, .. apart]);
        var commonOverride = Layer.Read(environment, faults, ConfigurationKeys.Servers, ConfigurationKeys.Delivery, ConfigurationKeys.Log);
        RefuseUnknownServers(ofServers, servers);

        var streams = servers.Count == 0
            ? [new StreamBuilder(source.Place, defaults).With(common).With(commonOverride).Build("", faults)]
            : Several(servers, ofServers, common, commonOverride);
        var level = (environment[ConfigurationKeys.Log] as RawTable)?[ConfigurationKeys.LogLevel] ?? logLevel;
        var delivery = new DeliveryReader(faults).Read(source[ConfigurationKeys.Delivery], environment[ConfigurationKeys.Delivery]);
        return new McpSseOptions { Streams = streams, ConsoleLogLevel = LogLevels.Read(level, faults), Delivery = delivery };
    }

    private ImmutableArray<StreamOptions> Several(List<RawEntry> servers, List<RawEntry> ofServers, Layer common, Layer commonOverride)
    {
        RefuseCommonName(common, commonOverride);
        var overrides = ofServers.Select(entry => (entry.Name, Layer: Layer.Read((RawTable)entry.Value, faults))).ToList();
        var streams = ImmutableArray.CreateBuilder<StreamOptions>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var server in servers)
        {
            var builder = new StreamBuilder(server.Value.Place, defaults).With(common).With(Layer.Read((RawTable)server.Value, faults)).With(commonOverride);
            foreach (var (_, layer) in overrides.Where(each => EnvironmentTable.Names(each.Name, server.Name)))
                builder.With(layer);
            var stream = builder.Build(server.Name, faults);
            if (!names.Add(stream.Name))
                faults.Add(builder.NamePlace.Fault(new Complaint($"another stream has the name '{stream.Name}'", "give each stream a unique name")));
            streams.Add(stream);
        }

        return streams.ToImmutable();
    }

    private List<RawEntry> Servers(RawTable table)
    {
        var value = table[ConfigurationKeys.Servers];
        if (value is not null and not RawTable)
            faults.Add(value.Place.Fault(new Complaint($"{value.Kind} where tables are expected", "write a table for each server, as [mcp_sse.servers.NAME]")));

        var servers = (value as RawTable)?.Entries.ToList() ?? [];
        foreach (var entry in servers.Where(entry => entry.Value is not RawTable))
            faults.Add(entry.Value.Place.Fault(Kinds.WrongType(entry.Value, "a table of keys")));
        return servers.FindAll(entry => entry.Value is RawTable);
    }

    // Inherited, it would be the name of every stream.
    private void RefuseCommonName(params Layer[] layers)
    {
        foreach (var name in layers.SelectMany(layer => layer.Assignments).Where(assignment => assignment.Key == "name"))
            faults.Add(name.Place.Fault(new Complaint("one name for several servers", "leave it out, or set it for each server")));
    }

    private void RefuseUnknownServers(List<RawEntry> named, List<RawEntry> known)
    {
        foreach (var entry in named.Where(entry => !known.Exists(server => EnvironmentTable.Names(entry.Name, server.Name))))
        {
            var meant = Nearest.To(entry.Name, known.Select(server => EnvironmentTable.NameOf(server.Name)));
            faults.Add(entry.Place.Fault(new Complaint(
                $"unknown server {entry.Name}",
                meant is null ? "remove the variable, or add the server to the file" : $"did you mean {meant}?")));
        }
    }
}
