using McpSseActors.ClusterSample;

// Three nodes of a cluster, each a separate process, and a server that sends them events. Kill a node, and see its streams go on elsewhere:
//
//   dotnet run --project src/McpSseActors.ClusterSample
//
// Node.cs is a node as you would write it. The rest starts nodes, kills them, and counts what their handlers got.

return args is ["node", var port, var seeds, var events, var positions]
    ? await Node.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), seeds.Split(','), new Uri(events), positions)
    : await new Demo(Console.In, Console.Out).RunAsync();
