using System.Text.Json;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>A container that runs, by the bundle that its low-level runtime was given.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">The engine's folder, such as moby or k8s.io.</param>
/// <param name="Bundle">The folder of its config.json.</param>
/// <param name="IsLegacy">Whether the prestart hook brings its GPUs.</param>
/// <param name="HasRules">Whether its specification itself permits the driver's devices.</param>
/// <param name="HasSystemd">Whether systemd makes its control group.</param>
internal sealed record RunningContainer(string Id, string Owner, string Bundle, bool IsLegacy, bool HasRules, bool HasSystemd)
{
    private const string Tasks = "/run/containerd/io.containerd.runtime.v2.task";
    private const string Storage = "/run/containers/storage/overlay-containers";

    /// <summary>Whether it loses its GPUs when systemd writes the device rules again (CG-3).</summary>
    public bool LosesGpus => IsLegacy && !HasRules && HasSystemd;

    /// <summary>All that this user may see: of Docker, containerd and Kubernetes, of CRI-O and Podman.</summary>
    public static IEnumerable<RunningContainer> List(Machine machine)
    {
        foreach (string owner in machine.Names(Tasks))
        {
            foreach (string id in machine.Names($"{Tasks}/{owner}"))
            {
                if (Read(machine, owner, id, $"{Tasks}/{owner}/{id}") is { } container)
                    yield return container;
            }
        }
        foreach (string id in machine.Names(Storage))
        {
            if (Read(machine, "containers", id, $"{Storage}/{id}/userdata") is { } container)
                yield return container;
        }
    }

    private static RunningContainer? Read(Machine machine, string owner, string id, string bundle)
    {
        if (machine.Text(bundle + "/config.json") is not { } text)
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return new RunningContainer(id, owner, bundle, HasHook(root), HasGpuRule(root, machine.Driver.Majors.Find("nvidia") ?? 195), IsInSystemd(root));
        }
        catch (JsonException)
        {
            // A bundle that is being written.
            return null;
        }
    }

    private static bool HasHook(JsonElement root) =>
        Items(Member(Member(root, "hooks"), "prestart")).Concat(Items(Member(Member(root, "hooks"), "createRuntime")))
            .Any(static hook => LexicalPath.Base(Member(hook, "path") is { ValueKind: JsonValueKind.String } path ? path.GetString()! : "")
                is "nvidia-container-runtime-hook" or "nvidia-container-toolkit");

    private static bool HasGpuRule(JsonElement root, uint major) =>
        Items(Member(Member(Member(root, "linux"), "resources"), "devices")).Any(rule => Member(rule, "allow").ValueKind == JsonValueKind.True
            && Member(rule, "major") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) && value == major);

    // runc's form for systemd: slice:prefix:name.
    private static bool IsInSystemd(JsonElement root) =>
        Member(Member(root, "linux"), "cgroupsPath") is { ValueKind: JsonValueKind.String } path && path.GetString()!.Split(':').Length == 3;

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    private static JsonElement[] Items(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [];
}
