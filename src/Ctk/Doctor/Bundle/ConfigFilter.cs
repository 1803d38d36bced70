using System.Text.Json;
using GpuContainers.Configuration;
using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Toml;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>
/// What of a configuration decides about GPU containers, and nothing else: registries, proxies, tokens and whatever a newer version brings stay where they are,
/// because only what is known to be harmless is taken.
/// </summary>
internal static class ConfigFilter
{
    // Tables in which something decides. The names in "runtimes" are the machine's own.
    private static readonly HashSet<string> s_tables =
    [
        "plugins", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "cri", "containerd", "runtimes", "options", "crio", "runtime", "engine",
        "features", "nvidia-container-cli", "nvidia-container-runtime", "nvidia-container-runtime-hook", "nvidia-ctk", "modes", "csv", "cdi", "legacy",
        "jit-cdi",
    ];

    private static readonly HashSet<string> s_keys =
    [
        // containerd
        "version", "imports", "disabled_plugins", "required_plugins", "default_runtime_name", "runtime_type", "runtime_path", "privileged_without_host_devices",
        "BinaryName", "SystemdCgroup", "enable_cdi", "cdi_spec_dirs", "container_annotations", "pod_annotations", "snapshotter",
        "disable_cgroup",
        // CRI-O and Podman
        "default_runtime", "runtime", "cgroup_manager", "conmon_cgroup", "monitor_path", "monitor_cgroup", "allowed_annotations", "hooks_dir", "runtimes",
        // Docker
        "default-runtime", "path", "runtimeType", "cdi", "cdi-spec-dirs", "exec-opts", "cgroup-parent", "containerd", "features",
        "userns-remap", "selinux-enabled", "containerd-snapshotter", "buildkit",
        // The toolkit's own, but for variables, which may hold anything, and the name of a user.
        .. ConfigKeys.All.Select(static key => key.Path[(key.Path.LastIndexOf('.') + 1)..]).Where(static name => name is not ("environment" or "user")),
    ];

    /// <summary>A TOML document without the rest; a comment where it is not one.</summary>
    public static string Toml(string text)
    {
        try
        {
            return TomlText.Document(Kept(TomlDocument.Parse(Encoding.UTF8.GetBytes(text)).Root, areMachinesOwn: false));
        }
        catch (ConfigurationException)
        {
            // Its text may be anything, so nothing of it is taken; what is wrong with it is among the findings.
            return "# not TOML\n";
        }
    }

    /// <summary>A JSON object without the rest; an empty one where it is not JSON.</summary>
    public static string Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = new JsonLine();
            Write(json, document.RootElement, areMachinesOwn: false);
            return Encoding.UTF8.GetString(json.Written) + "\n";
        }
        catch (JsonException)
        {
            // Its text may be anything, so nothing of it is taken.
            return "{}\n";
        }
    }

    private static TomlTable Kept(TomlTable table, bool areMachinesOwn)
    {
        var kept = new TomlTable();
        foreach (TomlEntry entry in table.Entries)
        {
            if (entry.Value is TomlTable below)
            {
                if (areMachinesOwn || s_tables.Contains(entry.Name))
                    kept.Set(entry.Name, Kept(below, entry.Name == "runtimes" && !areMachinesOwn));
            }
            else if (s_keys.Contains(entry.Name) && entry.Value is not TomlArray { IsOfTables: true })
            {
                kept.Set(entry.Name, entry.Value.Copy());
            }
        }
        return kept;
    }

    private static void Write(JsonLine json, JsonElement element, bool areMachinesOwn)
    {
        json.BeginObject();
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
                Write(json, member, areMachinesOwn);
        }
        json.EndObject();
    }

    private static void Write(JsonLine json, JsonProperty member, bool areMachinesOwn)
    {
        bool isTable = member.Value.ValueKind == JsonValueKind.Object;
        if (!(isTable ? areMachinesOwn || s_tables.Contains(member.Name) : s_keys.Contains(member.Name)))
            return;
        json.Name(member.Name);
        if (isTable)
            Write(json, member.Value, member.Name == "runtimes" && !areMachinesOwn);
        else
            Write(json, member.Value);
    }

    private static void Write(JsonLine json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                json.Value(value.GetBoolean());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out long number):
                json.Value(number);
                break;
            case JsonValueKind.Array:
                json.Value([.. value.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)]);
                break;
            default:
                json.Value(value.ValueKind == JsonValueKind.String ? value.GetString()! : "");
                break;
        }
    }
}
