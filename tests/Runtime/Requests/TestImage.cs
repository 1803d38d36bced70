using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

/// <summary>Images for tests, out of the few parts that a test cares about.</summary>
internal static class TestImage
{
    public static ContainerFacts Of(params string[] environment) => Of(environment, [], []);

    public static ContainerFacts Of(
        string[] environment, (string, string)[] mounts, (string Key, string Value)[] annotations, bool privileged = false) =>
        new(environment, mounts, annotations.ToDictionary(a => a.Key, a => a.Value), privileged);

    public static ContainerFacts Mounted(params string[] destinations) => Of([], [.. destinations.Select(d => ("/dev/null", d))], []);
}
