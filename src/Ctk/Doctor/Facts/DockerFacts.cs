using System.Text.Json;
using GpuContainers.Engines;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>Docker: of the system, from a snap, and of users.</summary>
internal static class DockerFacts
{
    /// <summary>Those of a machine.</summary>
    public static IEnumerable<EngineFacts> Find(Machine machine)
    {
        string version = EngineSearch.Version(machine, "dockerd");
        if (machine.Has("/snap/docker/current") || machine.Has("/var/snap/docker"))
        {
            yield return Read(machine, new EngineFacts("docker", "Docker (snap)")
            {
                ConfigPath = "/var/snap/docker/current/config/daemon.json",
                IsSnap = true,
                Restart = ["snap", "restart", "docker"],
            });
        }
        else if (EngineSearch.IsThere(machine, "dockerd", "/run/docker.sock", "docker.service"))
        {
            yield return Read(machine, new EngineFacts("docker", "Docker")
            {
                Version = version,
                ConfigPath = Engine.Docker.ConfigPath,
                Process = EngineSearch.Process(machine, "dockerd"),
                Configure = ["nvidia-ctk", "runtime", "configure", "--runtime=docker"],
                Restart = ["systemctl", "restart", "docker"],
            });
        }
        foreach (HostUser user in HostUser.WithSocket(machine, "docker.sock"))
        {
            string path = user.Home + "/.config/docker/daemon.json";
            yield return Read(machine, new EngineFacts("docker", $"Docker (rootless, {user.Name})")
            {
                Version = version,
                ConfigPath = path,
                IsRootless = true,
                Configure = ["nvidia-ctk", "runtime", "configure", "--runtime=docker", "--config=" + path],
                Restart = ["systemctl", "--machine=" + user.Name + "@", "--user", "restart", "docker"],
            });
        }
    }

    private static EngineFacts Read(Machine machine, EngineFacts engine)
    {
        engine = engine with { HasCdi = HasCdiByDefault(engine.Version), DefaultRuntime = "runc" };
        if (machine.Text(engine.ConfigPath) is not { } text)
            return engine;
        engine = engine with { ConfigFiles = [engine.ConfigPath] };
        try
        {
            using var document = JsonDocument.Parse(text.Trim().Length == 0 ? "{}" : text);
            return With(engine, document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return engine with { Problem = broken.Message };
        }
    }

    private static EngineFacts With(EngineFacts engine, JsonElement root)
    {
        var runtimes = new Dictionary<string, string>();
        if (root.TryGetProperty("runtimes", out JsonElement known) && known.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty runtime in known.EnumerateObject())
                runtimes[runtime.Name] = Text(runtime.Value, "path");
        }
        bool? cdi = root.TryGetProperty("features", out JsonElement features) && features.ValueKind == JsonValueKind.Object
            && features.TryGetProperty("cdi", out JsonElement flag) ? flag.ValueKind == JsonValueKind.True : null;
        string byDefault = Text(root, "default-runtime");
        IReadOnlyList<string> options = List(root, "exec-opts");
        string driver = options.FirstOrDefault(static option => option.StartsWith("native.cgroupdriver=", StringComparison.Ordinal)) ?? "";
        IReadOnlyList<string> folders = List(root, "cdi-spec-dirs");
        return engine with
        {
            Runtimes = runtimes,
            HasCdi = cdi ?? engine.HasCdi,
            DefaultRuntime = byDefault.Length > 0 ? byDefault : engine.DefaultRuntime,
            UsesSystemd = driver.Length == 0 ? null : driver.EndsWith("=systemd", StringComparison.Ordinal),
            CdiFolders = folders.Count > 0 ? folders : engine.CdiFolders,
        };
    }

    // On since 28.2; a feature flag of the daemon from 25 on.
    private static bool HasCdiByDefault(string version) => System.Version.TryParse(version, out Version? parsed) && parsed >= new Version(28, 2);

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";

    private static IReadOnlyList<string> List(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)] : [];
}

/// <summary>A user of the machine.</summary>
/// <param name="Name">The name.</param>
/// <param name="Id">The number, as text.</param>
/// <param name="Home">The home folder.</param>
internal sealed record HostUser(string Name, string Id, string Home)
{
    /// <summary>The user of a number; one without an entry is called by the number.</summary>
    public static HostUser Of(Machine machine, string id)
    {
        foreach (string line in (machine.Text("/etc/passwd") ?? "").Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 5 && fields[2] == id)
                return new HostUser(fields[0], id, fields[5]);
        }
        return new HostUser(id, id, "/home/" + id);
    }

    /// <summary>The users, root left out, who have a socket of this name in their runtime folder.</summary>
    public static IEnumerable<HostUser> WithSocket(Machine machine, string socket) =>
        machine.Names("/run/user").Where(id => id != "0" && machine.Has($"/run/user/{id}/{socket}")).Select(id => Of(machine, id));
}
