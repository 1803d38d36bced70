using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi.Lint;

/// <summary>Names of devices that stand without quotes and are numbers, dates or truth values to readers of YAML.</summary>
internal static class UnquotedNames
{
    internal static void Check(SpecNode? root, Action<CdiProblem> report)
    {
        SpecNode? devices = Member(root, "devices");
        for (int i = 0; devices is { Kind: SpecNodeKind.List } && i < devices.Items.Count; i++)
        {
            if (Member(devices.Items[i], "name") is not { Kind: SpecNodeKind.Scalar, IsPlain: true, Tag: "" } name
                || ScalarValue.FromPlain(name.Text) is not { Kind: not (ScalarKind.Text or ScalarKind.Null) } value)
                continue;
            string what = value.Kind == ScalarKind.Bool ? "truth value" : "number";
            report(new CdiProblem(name.Line, name.Column, $"devices[{i}].name",
                $"{name.Text} without quotes is a {what} to YAML; engines take it as \"{value.AsText()}\" at best", $"write \"{name.Text}\""));
        }
    }

    private static SpecNode? Member(SpecNode? map, string name) =>
        map?.Members.FirstOrDefault(member => member.Key.Kind == SpecNodeKind.Scalar && member.Key.Text == name).Value;
}
